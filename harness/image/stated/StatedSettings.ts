import type { StagePosition } from '../../microscope/index.ts';

/** What the software of a microscope has written about an image; absent is what it does not say. */
export interface StatedSettings {
  /** Who wrote it, and where it stands: `Zeiss, TIFF tag 34118`. */
  readonly source: string;
  readonly pixelSizeNm?: number;
  readonly workingDistanceUm?: number;
  /** In units of the instrument: per cent at Zeiss and TESCAN, -1 to 1 at Thermo Fisher. */
  readonly stigmatorX?: number;
  readonly stigmatorY?: number;
  readonly dwellTimeNs?: number;
  readonly beamVoltageKv?: number;
  readonly scanRotationDeg?: number;
  readonly stage?: StagePosition;
  /** Rows that are image. Below them lies a data bar, if the file has more. */
  readonly imageRows?: number;
  /** What is stated and not believed, or is coarse; a sentence each. */
  readonly remarks: readonly string[];
}

/** What a vendor's text says, without where it stands. */
export type VendorSettings = Omit<StatedSettings, 'source'>;
