import { csvText, dataDictionary, parquetBytes, recordTables } from '../table/index.ts';
import { besidePath, type Reporter } from './Reporter.ts';

/**
 * Runs as CSV. Into a file with the iterations beside it, and the data dictionary: `x.csv`,
 * `x.iterations.csv`, `x.dictionary.csv`.
 */
export const csvReporter: Reporter = {
  about: 'a row per trajectory',
  print: ({ records, seedNames }) => csvText(recordTables(records, seedNames)[0].columns),
  files: ({ records, seedNames }, path) => {
    const [runs, iterations] = recordTables(records, seedNames);
    return [
      { path, content: csvText(runs.columns) },
      { path: besidePath(path, 'iterations'), content: csvText(iterations.columns) },
      { path: besidePath(path, 'dictionary'), content: dictionaryCsv() },
    ];
  },
};

/** Runs as Parquet with the iterations beside it: `x.parquet`, `x.iterations.parquet`. */
export const parquetReporter: Reporter = {
  about: 'the same, for programs',
  files: ({ records, seedNames }, path) => {
    const [runs, iterations] = recordTables(records, seedNames);
    return [
      { path, content: parquetBytes(runs, dataDictionary) },
      { path: besidePath(path, 'iterations'), content: parquetBytes(iterations, dataDictionary) },
    ];
  },
};

function dictionaryCsv(): string {
  const names = ['table', 'column', 'type', 'unit', 'meaning'] as const;
  return csvText(
    names.map((name) => ({
      name,
      cells: dataDictionary.map((entry) => entry[name] || undefined),
    })),
  );
}
