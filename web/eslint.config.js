import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Imports run one way: app → features → components → lib → api. A feature never imports another. */
const closed = (...patterns) => ({
  "no-restricted-imports": ["error", { patterns: [{ group: patterns, message: "Imports run app → features → components → lib → api." }] }],
});

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.gen.ts", "test-results", "**/*.d.mts"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  { files: ["**/*.{ts,tsx}"], languageOptions: { parserOptions: { projectService: true } } },
  { files: ["**/*.{js,mjs}"], ...tseslint.configs.disableTypeChecked, languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", URLSearchParams: "readonly", fetch: "readonly", setTimeout: "readonly", document: "readonly" } } },
  { files: ["src/**/*.{ts,tsx}"], plugins: { "react-hooks": hooks }, rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" } },
  {
    files: ["src/**/*.{ts,tsx}"],
    rules: {
      "max-lines": ["error", { max: 500, skipBlankLines: false }],
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
      "no-eval": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is text: what others wrote is never markup." },
        { selector: "NewExpression[callee.name='Function']", message: "The content security policy forbids it." },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/only-throw-error": ["error", { allow: ["Redirect"] }],
    },
  },
  { files: ["src/**/*.test.{ts,tsx}", "e2e/**"], rules: { "max-lines-per-function": "off" } },
  { files: ["e2e/**/*.ts"], rules: { "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }] } },
  { files: ["src/features/*/*.{ts,tsx}"], rules: closed("@/app/*", "@/features/*", "../*") },
  { files: ["src/components/**/*.{ts,tsx}"], rules: closed("@/app/*", "@/features/*", "../features/*", "../app/*") },
  { files: ["src/lib/**/*.{ts,tsx}"], rules: closed("@/app/*", "@/features/*", "@/components/*", "../components/*") },
  { files: ["src/api/**/*.{ts,tsx}"], rules: closed("@/app/*", "@/features/*", "@/components/*", "@/lib/*") },
);
