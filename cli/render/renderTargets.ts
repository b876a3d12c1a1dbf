import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { writePngFile, writeTiffFile } from '../../harness/image/index.ts';
import { ConfigError, type GreyPixels } from '../../harness/microscope/index.ts';

const imageExtensions = ['.png', '.tif', '.tiff'];

/** Where `render` writes. */
export interface RenderTargets {
  readonly sheet?: string;
  /** To be made where they are missing. */
  readonly folders: readonly string[];
  /** Where the frame with this name goes; nowhere where only a sheet is asked for. */
  readonly fileOf: (stem: string) => string | undefined;
}

/**
 * What `--out` and `--sheet` ask for: a file for every frame, all frames on one sheet, or both.
 *
 * @throws ConfigError if a name does not fit its kind of output.
 */
export function renderTargets(
  { out, sheet }: { readonly out?: string; readonly sheet?: string },
  frameCount: number,
): RenderTargets {
  if (sheet !== undefined) {
    if (extname(sheet).toLowerCase() !== '.svg') {
      throw new ConfigError(`--sheet must end in .svg. Received ${JSON.stringify(sheet)}`, {
        hint: 'a sheet is an SVG with the frames in it as PNG; --out writes each frame as .png or .tif',
      });
    }
    if (isFolder(sheet)) throw new ConfigError(`--sheet must be a file. ${sheet} is a folder`);
  }
  const folders = sheet === undefined ? [] : [dirname(sheet)];
  const withSheet = sheet === undefined ? {} : { sheet };
  const frames = out ?? (sheet === undefined ? 'frame.png' : undefined);
  if (frames === undefined) return { ...withSheet, folders, fileOf: () => undefined };
  if (!isImageFile(frames)) {
    const fileOf = (stem: string) => join(frames, `${stem}.png`);
    return { ...withSheet, folders: [...folders, frames], fileOf };
  }
  if (frameCount > 1) {
    throw new ConfigError(
      `--out must name a folder for a series of ${frameCount} frames. Received ${JSON.stringify(frames)}`,
    );
  }
  return { ...withSheet, folders: [...folders, dirname(frames)], fileOf: () => frames };
}

/** Writes an image in the format that its name says. */
export async function writeImage(file: string, pixels: GreyPixels): Promise<void> {
  await (extname(file).toLowerCase() === '.png'
    ? writePngFile(file, pixels)
    : writeTiffFile(file, pixels));
}

/** True for an image file, false for a folder; refuses the name of another kind of image. */
function isImageFile(out: string): boolean {
  const extension = extname(out).toLowerCase();
  if (imageExtensions.includes(extension)) return true;
  if (extension === '' || out.endsWith('/') || existsSync(out)) return false;
  throw new ConfigError(
    `--out must end in .png, .tif or .tiff, or name a folder, with a slash at its end where there is a dot in it. Received ${JSON.stringify(out)}`,
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
