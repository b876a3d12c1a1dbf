import { mkdir, writeFile } from 'node:fs/promises';
import { main } from '../../cli/main.ts';
import { specimens } from '../../sim/index.ts';

/** A contact sheet of the gallery, as the arguments of `semfocus render` that make it. */
interface Sheet {
  readonly name: string;
  readonly caption: string;
  readonly args: string;
}

const folder = new URL('../images/gallery/', import.meta.url);

const focusSeries = '--wd 0,2,5,10,20 --crop 216';
/** A vessel is wider than a frame at the usual pixel size. */
const overview = '--pixel-size 50 --wd 0,10,20,40,80 --crop 216';

const sheets: readonly Sheet[] = [
  ...specimens.map(({ name, summary }) => ({
    name: `specimen-${name}`,
    caption: `**${name}**: ${summary}.`,
    args: `--specimen ${name} --preset merlin --psf disc ${name === 'tissue-vessel' ? overview : focusSeries}`,
  })),
  ...(['gaussian', 'disc', 'wave'] as const).map((psf) => ({
    name: `probe-${psf}`,
    caption: `Through focus with the **${psf}** probe, isolated points.`,
    args: `--specimen points --psf ${psf} --wd -10,-5,0,5,10 --crop 216`,
  })),
  {
    name: 'astigmatism',
    caption:
      'A **stigmator** off by one unit on both sides of focus: the streaks turn by 90 degrees.',
    args: '--specimen points --psf disc --wd -6,0,6 --stig-x -1,1 --crop 216',
  },
  {
    name: 'dose',
    caption: '**Dose**: 50 to 800 ns at 1.5 nA on tissue in focus, 4.7 to 74 electrons per nm².',
    args: '--preset merlin-real --dwell 50,100,200,400,800 --crop 216',
  },
  ...['merlin', 'merlin-real', 'ultraplus', 'ultraplus-real'].map((preset) => ({
    name: `preset-${preset}`,
    caption: `Tissue through focus as **${preset}** shows it.`,
    args: `--preset ${preset} --dwell 400 --wd -10,-5,0,5,10 --crop 216`,
  })),
];

await mkdir(folder, { recursive: true });
const sections: string[] = [];
for (const { name, caption, args } of sheets) {
  const file = new URL(`${name}.svg`, folder);
  const command = ['render', ...args.split(' '), '--sheet', file.pathname];
  if ((await main(command)) !== 0) throw new Error(`semfocus ${command.join(' ')} has failed`);
  sections.push(
    `${caption}\n\n![${name}](images/gallery/${name}.svg)\n\n\`semfocus render ${args} --sheet ${name}.svg\`\n`,
  );
}
await writeFile(
  new URL('../gallery.md', import.meta.url),
  `# Gallery

Made by \`npm run docs:gallery\`. Every picture is a contact sheet of simulated frames,
cut out of their middle at full resolution. The command below a picture makes it again.

${sections.join('\n')}`,
);
