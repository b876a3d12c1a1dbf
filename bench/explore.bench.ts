import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { registry } from '../cli/lab/index.ts';
import { exploreOptions, startExploreServer } from '../cli/live/explore/ExploreServer.ts';
import { probeShapes } from '../harness/microscope/index.ts';
import { presets, specimens } from '../sim/index.ts';

const executablePath = process.env.SEMFOCUS_CHROMIUM ?? '/usr/bin/chromium';
const seconds = 6;
const names = ['merlin', 'merlin-real'] as const;

/** How the page of the virtual microscope keeps up. */
interface Pace {
  readonly framesPerS: number;
  /** Of all threads of this process, which serves the page; the browser's is not in it. */
  readonly cpuMsPerFrame: number;
}

/**
 * What a page in a browser sees of a working distance that turns all the time: whole frames one after the
 * other, as fast as they are drawn, then previews as a slider asks for them.
 */
export async function benchExplore(): Promise<void> {
  process.stdout.write('\nexplore: a knob turns, tissue, frames drawn by the page\n');
  if (!existsSync(executablePath)) {
    process.stdout.write(
      `  skipped: there is no ${executablePath}; SEMFOCUS_CHROMIUM names another\n`,
    );
    return;
  }
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    for (const preset of names) {
      const lists = { presets, specimens, psfs: probeShapes };
      const server = await startExploreServer(
        exploreOptions(registry, lists),
        { type: 'choose', preset, specimen: 'tissue', seed: 1 },
        { specimenPixelSizeNm: 10 },
        0,
      );
      const page = await browser.newPage();
      await page.goto(server.url);
      await page.locator('#view[data-number]').waitFor();
      const paceOf = async (isWhole: boolean): Promise<Pace> => {
        const cpu = process.cpuUsage();
        const frames = Number(await page.evaluate(turning(isWhole)));
        const { user, system } = process.cpuUsage(cpu);
        return { framesPerS: frames / seconds, cpuMsPerFrame: (user + system) / 1e3 / frames };
      };
      // Code is compiled and the specimen is drawn by then.
      for (const isWhole of [true, false]) await paceOf(isWhole);
      print(preset, await paceOf(true), await paceOf(false));
      await page.close();
      await server.close();
    }
  } finally {
    await browser.close();
  }
}

/** A script for the page: turns the knob and counts what is drawn. */
function turning(isWhole: boolean): string {
  const nextFrame = 'await new Promise((resolve) => requestAnimationFrame(resolve));';
  const whole = `
    const before = drawn;
    await fetch('command', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'turn', workingDistanceUm }),
    });
    while (drawn === before) ${nextFrame}`;
  const preview = `
    slider.value = workingDistanceUm;
    slider.dispatchEvent(new Event('input'));
    ${nextFrame}`;
  return `(async () => {
    const slider = document.querySelector('#workingDistanceUm-slider');
    let drawn = 0;
    const observer = new MutationObserver(() => drawn++);
    observer.observe(document.querySelector('#view'), { attributeFilter: ['data-number'] });
    const startMs = performance.now();
    for (let ms = 0; ms < ${1e3 * seconds}; ms = performance.now() - startMs) {
      const workingDistanceUm = 4500 + 15 * Math.sin(ms / 700);
      ${isWhole ? whole : preview}
    }
    observer.disconnect();
    return drawn;
  })()`;
}

function print(preset: string, whole: Pace, preview: Pace): void {
  const line = (name: string, { framesPerS, cpuMsPerFrame }: Pace, ratio = '') =>
    process.stdout.write(
      `    ${`${preset}, ${name}`.padEnd(30)}${framesPerS.toFixed(1).padStart(6)} a second${cpuMsPerFrame.toFixed(1).padStart(7)} ms CPU each${ratio}\n`,
    );
  line('whole frames', whole);
  const ratio = preview.cpuMsPerFrame / whole.cpuMsPerFrame;
  line('previews', preview, `, ${ratio.toFixed(2)} of a whole frame`);
}
