import { createSpecimen, specimens } from '../sim/index.ts';
import { compare } from './compare.ts';

/** Every specimen on a small field, and the tissue, which takes longest, on a whole frame. */
export async function benchSpecimen(): Promise<void> {
  await benchPlaces(
    512,
    384,
    specimens.map(({ name }) => name),
  );
  await benchPlaces(2048, 1536, ['tissue']);
}

async function benchPlaces(width: number, height: number, names: readonly string[]): Promise<void> {
  const area = width * height;
  const plain = new Float32Array(area);
  let leftNm = 0;
  await compare(
    `rasterising a new ${width} x ${height} px place`,
    {
      name: 'one sine per pixel',
      run: () => {
        for (let i = 0; i < area; i++) plain[i] = Math.sin(i);
      },
    },
    names.map((name) => {
      const specimen = createSpecimen(name, 1);
      return {
        name,
        run: () => {
          leftNm += 1e5;
          specimen.rasterise({ leftNm, topNm: 0, width, height, pixelSizeNm: 10 });
        },
      };
    }),
  );
}
