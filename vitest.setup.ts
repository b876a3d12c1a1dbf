import fc from 'fast-check';

// The same cases in every run, so that a change that passes here passes on the server as well.
// PROPERTY_SEED=$RANDOM npx vitest run looks for new ones.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
