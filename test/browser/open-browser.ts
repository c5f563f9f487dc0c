import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from '@playwright/test';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Starts the Chromium of this machine, quiet and with a profile of its own. */
export const openBrowser = (): Promise<Browser> => {
  if (!existsSync(executablePath)) {
    throw new Error(
      `The browser tests need Chromium, and there is none at ${executablePath}: install it (apt-get install chromium), or say where it is in CHROMIUM_PATH.`,
    );
  }
  const quiet = ['quic', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`);
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet] });
};

/** Where the pictures of a run go, for whoever wants to look at them. */
export const pictureFolder = path.join(tmpdir(), 'lever-turn-pictures');

/** The file for a picture. */
export const pictureFile = (name: string): string => {
  mkdirSync(pictureFolder, { recursive: true });
  return path.join(pictureFolder, `${name}.png`);
};
