import { describe, expect, it } from 'vitest';
import { summarise } from '../../summary/index.ts';
import { handMadeRecord } from '../../testing/handMadeRecord.ts';
import { onInstrument } from '../../testing/onInstrument.ts';
import { simToRealSection } from './simToRealSection.ts';

const way = (trajectory: number, lastUm: number) => ({
  trajectory,
  workingDistancesUm: [10, 2 + trajectory / 4, lastUm],
});
const simulated = [0, 1, 2, 3].map((i) => handMadeRecord(way(i, 0.1 + i / 10)));
const lost = [0, 1, 2, 3].map((i) => onInstrument(way(i, 6 + i)));
const other = onInstrument({ ...way(0, 1), algorithm: '<beta>' });
const text = (html: string) =>
  html.replaceAll(/<style.*?<\/style>|<[^>]+>/gs, ' ').replaceAll(/\s+/g, ' ');

describe('the section that holds an instrument against the simulator', () => {
  it('says the verdict, draws what is outside, lists the figures and what was not compared', () => {
    const html = simToRealSection(summarise([...simulated, ...lost, other]));
    expect(html).toContain('<span class="stamp invalid">NOT PREDICTED</span>');
    expect(html).toContain('id="figure-sim-to-real-1"');
    expect(text(html)).toContain(
      'merlin, gaussian PSF, tissue does not predict what was measured on SEM 1: R = ',
    );
    expect(text(html)).toContain(
      'Not compared, because nothing like it was simulated: &lt;beta&gt; at 50 ns.',
    );
    expect(text(html)).toMatch(
      /alpha 50 ns inside the margins at the end, % 0 0 to 49 4 100 51 to 100 4 /,
    );
    expect(text(html)).toMatch(/\|wd\| at the end, µm 7\.42 [\d.]+ to [\d.]+ 4 .* \+\d\.\d no /);
    expect(text(html)).toContain('method was not simulated as the reference is');
  });

  it('says what is missing where nothing was simulated, and is not there without an instrument', () => {
    expect(simToRealSection(summarise(lost))).toContain('semfocus report MEASURED SIMULATED');
    expect(simToRealSection(summarise(simulated))).toBe('');
  });

  it('says why nothing can be drawn of too few', () => {
    const html = simToRealSection(summarise([...simulated.slice(0, 2), ...lost]));
    expect(html).toContain('<span class="stamp skipped">UNDECIDED</span>');
    expect(html).toContain('three simulated trajectories or more');
  });
});
