import { writeFileSync } from 'node:fs';
import { buildPage } from './build-page.ts';

// Run while the function settings-page is bundled: puts the built page beside its code.
const [, , folder = '.'] = process.argv;
writeFileSync(`${folder}/page.json`, await buildPage());
