/**
 * Shapes of a probe: `gaussian` and `disc` have the same second moments; `wave` is a disc with
 * diffraction, spherical and chromatic aberration.
 */
export const probeShapes = ['gaussian', 'disc', 'wave'] as const;

export type ProbeShape = (typeof probeShapes)[number];
