import { benchBound } from './bound.bench.ts';
import { benchEstimate } from './estimate.bench.ts';
import { benchExplore } from './explore.bench.ts';
import { benchFft } from './fft.bench.ts';
import { benchModels } from './models.bench.ts';
import { benchPoisson } from './poisson.bench.ts';
import { checkPoissonCounts } from './poissonCounts.ts';
import { benchRender } from './render.bench.ts';
import { benchServe } from './serve.bench.ts';
import { benchSharpness } from './sharpness.bench.ts';
import { benchSpecimen } from './specimen.bench.ts';
import { benchSummarise } from './summarise.bench.ts';
import { benchTraining } from './training.bench.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = {
  fft: benchFft,
  poisson: benchPoisson,
  counts: checkPoissonCounts,
  render: benchRender,
  specimen: benchSpecimen,
  serve: benchServe,
  explore: benchExplore,
  sharpness: benchSharpness,
  estimate: benchEstimate,
  bound: benchBound,
  models: benchModels,
  training: benchTraining,
  summarise: benchSummarise,
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benches);
for (const name of chosen) {
  const bench = benches[name];
  if (bench === undefined) {
    process.stderr.write(
      `bench must be one of ${Object.keys(benches).join(', ')}. Received ${name}\n`,
    );
    process.exit(2);
  }
  await bench();
}
