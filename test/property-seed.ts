import fc from 'fast-check';

/** The same examples every time, so that a run that was green stays green; `PROPERTY_SEED=… npm test` tries others. */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
