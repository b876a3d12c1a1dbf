import { createSpecimen, specimens } from '../sim/index.ts';
import { compare } from './compare.ts';

export async function benchSpecimen(): Promise<void> {
  const region = { width: 512, height: 384, pixelSizeNm: 10 };
  const area = region.width * region.height;
  const plain = new Float32Array(area);
  let left = 0;
  await compare(
    `rasterising a new ${region.width} x ${region.height} px place`,
    {
      name: 'one sine per pixel',
      run: () => {
        for (let i = 0; i < area; i++) plain[i] = Math.sin(i);
      },
    },
    specimens.map(({ name }) => {
      const specimen = createSpecimen(name, 1);
      return {
        name,
        run: () => {
          left += 1e5;
          specimen.rasterise({ ...region, leftNm: left, topNm: 0 });
        },
      };
    }),
  );
}
