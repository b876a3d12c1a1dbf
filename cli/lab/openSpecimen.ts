import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { unknownName } from '../../harness/config/index.ts';
import type { SpecimenChoice } from '../../harness/experiment/suite/index.ts';
import { readImageFile, rowMajorValues } from '../../harness/image/index.ts';
import { ConfigError, type GreyPixels } from '../../harness/microscope/index.ts';
import type { Scenario } from '../../harness/record/index.ts';
import { createSpecimen, fileSpecimen, type Specimen, specimens } from '../../sim/index.ts';

/**
 * What `--specimen` names: a specimen of the project, or an image file of one.
 *
 * @param pixelSizeNm - Declared pixel size of a file, nm.
 * @throws ConfigError or ImageFileError if it names neither.
 */
export async function chooseSpecimen(
  nameOrFile: string,
  pixelSizeNm: number,
): Promise<SpecimenChoice> {
  const names = specimens.map(({ name }) => name);
  if (names.includes(nameOrFile)) return { name: nameOrFile };
  const looksLikeFile = /[./\\]/.test(nameOrFile) || existsSync(nameOrFile);
  if (!looksLikeFile) throw unknownName('--specimen', nameOrFile, names, 'the path of an image');
  const pixels = await readImageFile(nameOrFile);
  const [heightPx = 0, widthPx = 0] = pixels.shape;
  const path = resolve(nameOrFile);
  return { file: { path, sha256: hashOf(pixels), pixelSizeNm, widthPx, heightPx } };
}

/** A specimen by name, or from an image file that has not changed since it was chosen. */
export async function openSpecimen({ name, seed, file }: Scenario['specimen']): Promise<Specimen> {
  if (file === undefined) return createSpecimen(name, seed);
  const pixels = await readImageFile(file.path);
  if (hashOf(pixels) !== file.sha256) {
    throw new ConfigError(`${file.path} has changed since the run was planned`, {
      hint: 'run into another --out folder',
    });
  }
  return fileSpecimen(rowMajorValues(pixels), file.pixelSizeNm, name);
}

/** SHA-256 of shape and grey values: what the image shows, whatever else its file says. */
function hashOf(pixels: GreyPixels): string {
  const { data } = pixels;
  return createHash('sha256')
    .update(JSON.stringify(pixels.shape))
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}
