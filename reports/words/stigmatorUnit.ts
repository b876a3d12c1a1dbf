/**
 * What every report calls the unit of the stigmators. It is the instrument's own, a number between its limits; records
 * do not say what the instrument calls it (SmartSEM: %), so it has the name that the DeepFocus article gives it.
 */
export const stigmatorUnit = 'a.u.';
