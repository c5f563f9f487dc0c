/** Node's own HTTP clients. Imported as modules, they would load what lies behind each of their names: on Node 24 a whole second client. */
export const { http, https } = {
  http: process.getBuiltinModule('node:http'),
  https: process.getBuiltinModule('node:https'),
};
