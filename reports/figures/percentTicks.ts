/** Of an axis from 0 to 100 %. */
export const percentTicks = [0, 25, 50, 75, 100].map((at) => ({ at, label: String(at) }));
