const esModules = [
  '@codemirror',
  '@jupyter/',
  '@jupyterlab/',
  '@lumino/',
  '@marijn',
  '@microsoft',
  'exenv-es6',
  'lib0',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

/** Unit tests: src/<folder>/test/<subject>.spec.ts, under jsdom. */
module.exports = {
  testEnvironment: '@jupyterlab/testing/lib/jest-env.js',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'json', 'node'],
  moduleNameMapper: {
    '\\.(css|less|sass|scss)$': 'identity-obj-proxy',
    '\\.(gif|ttf|eot)$': '@jupyterlab/testing/lib/jest-file-mock.js'
  },
  transform: {
    '\\.svg$': '@jupyterlab/testing/lib/jest-raw-loader.js',
    '\\.m?[jt]sx?$': [
      '@swc/jest',
      { jsc: { target: 'es2021', parser: { syntax: 'typescript' } } }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`],
  setupFiles: [
    '@jupyterlab/testing/lib/jest-shim.js',
    '<rootDir>/src/testing/jestSetup.js'
  ],
  // The built extension repeats the package's name.
  modulePathIgnorePatterns: ['<rootDir>/(python|lib|demo|\\.venv|\\.pythons)/'],
  watchman: false,
  // A worker with hundreds of megabytes of garbage takes so long to end that jest suspects a leak
  // and kills it.
  workerIdleMemoryLimit: '256MB'
};
