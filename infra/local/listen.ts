import type http from 'node:http';
import { StartFault } from './start-fault.ts';

/** Listens on 127.0.0.1 (0: a free port); a port in use is a StartFault that says what to do. */
export const listenOnLoopback = (
  server: http.Server,
  port: number,
): Promise<{ url: string; port: number; stop(): Promise<void> }> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(
        inUse
          ? new StartFault(
              `Port ${port} cannot be used (${error.code}): choose another one with PORT, or 0 for any free one.`,
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({
        url: `http://127.0.0.1:${bound}`,
        port: bound,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            server.closeAllConnections();
          }),
      });
    });
  });
