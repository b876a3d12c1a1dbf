import { type Essence, essenceOf } from '../../harness/gate/index.ts';
import { isSemfocusError } from '../../harness/microscope/index.ts';
import { type EvidenceRead, readEvidence } from './readEvidence.ts';

/** What the thread came to; an error itself would lose its class and hint on the way. */
export type EvidenceAnswer =
  | EvidenceRead<Essence>
  | { readonly refusal: { readonly message: string; readonly hint?: string } };

/** Reads the side of a comparison that a folder holds. */
export async function read(folder: string): Promise<EvidenceAnswer> {
  try {
    return await readEvidence(folder, essenceOf);
  } catch (error) {
    if (!isSemfocusError(error)) throw error;
    const { message, hint } = error;
    return { refusal: { message, ...(hint !== undefined && { hint }) } };
  }
}
