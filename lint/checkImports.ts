import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import allowed from './allowedImports.json' with { type: 'json' };

/** A source file as the checker sees it. */
export interface SourceText {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const folders: Readonly<Record<string, readonly string[]>> = allowed;

/** Folders whose sub-folders are rooms with a door of their own. */
const foldersOfRooms = new Set(['harness']);

/** Rooms inside a room: what is behind their doors is not for everyone who comes in by the outer one. */
const innerRooms = ['harness/algorithm/conformance', 'harness/algorithm/program'];

/** Doors that are not called `index.ts`: a program is entered where it starts. */
const doors: Readonly<Record<string, string>> = { cli: 'cli/main.ts' };

/**
 * Rooms of `harness` closed to algorithms: who may see the runner could see the truth, and who may
 * start programs could have them read a suite and its seed.
 */
const closedToAlgorithms = ['harness/experiment', ...innerRooms];
const algorithmFolders = new Set(['baselines', 'models']);

/**
 * Checks every import of the sources against `allowedImports.json`: which top folder may import
 * which, other folders through their `index.ts` only, packages only if package.json lists them,
 * algorithms nothing of the experiment runner and no module of Node, with which it could read a
 * suite and its seed.
 *
 * @param packages - Names of the packages that may be imported, by which files.
 * @returns one message per forbidden import: file, line, what it imports, what would be allowed.
 */
export function checkImports(
  sources: readonly SourceText[],
  packages: { readonly runtime: readonly string[]; readonly development: readonly string[] },
): string[] {
  return sources.flatMap((source) =>
    importsOf(source).flatMap(({ specifier, line }) => {
      const complaint = specifier.startsWith('.')
        ? checkPath(source.path, posix.join(posix.dirname(source.path), specifier))
        : checkPackage(source.path, specifier, packages);
      return complaint === undefined
        ? []
        : [`${source.path}:${line} imports ${specifier}: ${complaint}`];
    }),
  );
}

/** Imports and re-exports, static, dynamic and by `require`, type-only ones included. */
function importsOf({ path, text }: SourceText): { specifier: string; line: number }[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: { specifier: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && isLoader(node.expression)
          ? node.arguments[0]
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined;
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      const line = file.getLineAndCharacterOfPosition(specifier.getStart()).line + 1;
      found.push({ specifier: specifier.text, line });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isLoader(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function checkPath(from: string, to: string): string | undefined {
  const fromFolder = topFolder(from);
  const toFolder = topFolder(to);
  if (toFolder === to) return undefined; // package.json and the like, beside the folders
  const permitted = folders[fromFolder];
  if (permitted === undefined) return `${fromFolder} is not listed in lint/allowedImports.json`;
  if (fromFolder !== toFolder && !permitted.includes(toFolder)) {
    const list = permitted.length === 0 ? 'no other folder' : permitted.join(', ');
    return `${fromFolder} may import ${list}`;
  }
  if (algorithmFolders.has(fromFolder) && closedToAlgorithms.includes(roomOf(to))) {
    return `an algorithm sees nothing of ${roomOf(to) === 'harness/experiment' ? 'the experiment runner' : roomOf(to)}`;
  }
  // A room inside another is at home in that one, not the other way round.
  const crossesDoor = !`${roomOf(from)}/`.startsWith(`${roomOf(to)}/`);
  const door = doors[roomOf(to)] ?? `${roomOf(to)}/index.ts`;
  if (crossesDoor && to !== door && !isTestSupport(from, to)) {
    return `the only door of ${roomOf(to)} is ${door}`;
  }
  return undefined;
}

function checkPackage(
  from: string,
  specifier: string,
  packages: { readonly runtime: readonly string[]; readonly development: readonly string[] },
): string | undefined {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return algorithmFolders.has(topFolder(from)) && !/\.test\.ts$|\/testing\//.test(from)
      ? 'an algorithm sees pixels, not files or the process: no module of Node'
      : undefined;
  }
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  if (name === 'onnxruntime-node' && !from.startsWith('models/onnx/')) {
    return 'only models/onnx may import onnxruntime-node';
  }
  const isShipped = !/\.test\.ts$|\/testing\/|^bench\/|^lint\/|\.config\.ts$/.test(from);
  if (packages.runtime.includes(name)) return undefined;
  if (packages.development.includes(name)) {
    return isShipped
      ? `${name} is a development dependency; shipped code may not need it`
      : undefined;
  }
  return `${name} is not in package.json`;
}

/** `harness/numeric` for a file of the harness, `sim` for one of the simulator. */
function roomOf(path: string): string {
  const inner = innerRooms.find((name) => path.startsWith(`${name}/`));
  if (inner !== undefined) return inner;
  const [folder = '', room = ''] = path.split('/');
  return foldersOfRooms.has(folder) ? `${folder}/${room}` : folder;
}

/** Tests may use what another room keeps for tests, and so may what measures for the documents. */
function isTestSupport(from: string, to: string): boolean {
  return /\.test\.ts$|\/testing\/|^docs\//.test(from) && to.includes('/testing/');
}

function topFolder(path: string): string {
  return path.split('/')[0] ?? path;
}
