import { ConfigError, limitCallTimes, type Microscope } from '../../harness/microscope/index.ts';

/**
 * Hands a microscope on if it is simulated, or if the user allows hardware to move and to expose. Otherwise
 * it is closed again.
 *
 * @param uri - As the user named it.
 * @throws ConfigError for hardware that is not armed; what describing it throws.
 */
export async function armed<T extends { readonly microscope: Microscope }>(
  opened: T,
  uri: string,
  isArmed: boolean,
): Promise<T> {
  const { microscope } = opened;
  try {
    const { name, isSimulated } = await limitCallTimes(microscope).microscope.describe();
    if (isSimulated || isArmed) return opened;
    throw new ConfigError(
      `--arm must be given for hardware, which ${uri} is by its own account (${name}). Received nothing`,
      {
        hint: '--arm lets the command move and expose, --dry-run and check microscope too; nothing has moved. docs/real-microscope.md says where to begin',
      },
    );
  } catch (error) {
    await microscope.close();
    throw error;
  }
}
