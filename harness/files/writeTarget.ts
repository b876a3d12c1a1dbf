import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { ConfigError } from '../microscope/index.ts';

/** Where the bytes of a file go. */
export interface WriteTarget {
  /** Behind all symbolic links. */
  readonly path: string;
  /** Permissions of the file that is there. */
  readonly mode?: number;
  /** True for a device, a FIFO or an open file: these are written to and not replaced. */
  readonly isStraight: boolean;
  /** Of a regular file that this process has open, e.g. that of /dev/stdout. */
  readonly descriptor?: number;
}

/** @throws ConfigError if it is a folder; errors of the system, e.g. for a folder that is missing. */
export async function writeTarget(file: string): Promise<WriteTarget> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
  if (found?.isDirectory()) throw new ConfigError(`cannot write ${file}: it is a folder`);
  const path = await behindLinks(file);
  if (found === undefined) return { path, isStraight: false };
  const descriptor = openFile.exec(path)?.[1];
  if (!found.isFile()) return { path, isStraight: true };
  if (descriptor !== undefined) return { path, isStraight: true, descriptor: Number(descriptor) };
  return { path, mode: found.mode & 0o7777, isStraight: false };
}

/** The links in this folder lead to open files, which need not have a path. */
const openFile = new RegExp(`^/(?:proc/${process.pid}|dev)/fd/(\\d+)$`);

/** The file need not exist: `realpath` refuses that. */
async function behindLinks(file: string): Promise<string> {
  const path = join(await realpath(dirname(file)), basename(file));
  if (openFile.test(path)) return path;
  const link = await readlink(path).catch(() => undefined);
  if (link === undefined) return path;
  return behindLinks(isAbsolute(link) ? link : `${dirname(path)}/${link}`);
}
