import packageJson from 'onnxruntime-node/package.json' with { type: 'json' };

/** Of the runtime that is installed, e.g. `1.30.0`: its last digits may differ from another's. */
export const onnxruntimeVersion: string = packageJson.version;
