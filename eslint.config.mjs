import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import typescript from 'typescript-eslint';

/** TypeScript under src/ is checked with its types; tests may assert what they know. */
export default typescript.config(
  {
    ignores: [
      '.pythons/',
      '.venv*/',
      'coverage/',
      'demo/',
      'dist/',
      'lib/',
      'python/',
      'ui-tests/playwright-report/',
      'ui-tests/test-results/'
    ]
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-arrow-callback': 'error',
      'prefer-const': 'error'
    }
  },
  {
    files: ['src/**/*.ts'],
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        project: 'tsconfig.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      // Command ids stand in a namespace, as everywhere in JupyterLab.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // Columns are indexed by rows that validation has checked.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The DOM's types promise more than jsdom and old notebooks keep.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A category's number and its place in a byte column are compared everywhere.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off'
    }
  },
  {
    files: ['src/**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
      '@typescript-eslint/no-unsafe-return': 'off'
    }
  },
  {
    files: ['ui-tests/**/*.ts'],
    extends: [typescript.configs.strict],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off'
    }
  },
  {
    files: [
      'scripts/**/*.mjs',
      'bench/**/*.mjs',
      '*.{js,mjs}',
      'src/testing/*.js',
      'ui-tests/**/*.{js,mjs}'
    ],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' }
  },
  {
    files: ['style/**/*.js'],
    languageOptions: { globals: globals.browser }
  },
  prettier,
  // eslint-config-prettier turns it off for its short form; the long form is ours.
  { rules: { curly: ['error', 'all'] } }
);
