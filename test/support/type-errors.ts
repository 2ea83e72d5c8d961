import { resolve } from 'node:path';
import ts from 'typescript';

/**
 * What the strict compiler says about TypeScript texts that import each other and this project's packages: `file:line: message`.
 *
 * @param files Text by name, such as `example.org.ts`.
 */
export function typeErrors(files: Readonly<Record<string, string>>): string[] {
  const sources = new Map(Object.entries(files).map(([name, text]) => [resolve('generated', name), text]));
  const disk = ts.createCompilerHost(STRICT, true);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => sources.has(file) || disk.fileExists(file),
    directoryExists: (folder) => folder === resolve('generated') || disk.directoryExists?.(folder) === true,
    readFile: (file) => sources.get(file) ?? disk.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const text = sources.get(file);
      if (text !== undefined) return ts.createSourceFile(file, text, version, true);
      const source = packages.get(file) ?? disk.getSourceFile(file, version, ...rest);
      if (source !== undefined) packages.set(file, source);
      return source;
    },
  };
  const program = ts.createProgram([...sources.keys()], STRICT, host);
  return [...sources.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`the compiler did not read ${file}`);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      return `${file.slice(resolve('generated').length + 1)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

/** Files of packages and of the language, read once: all texts of a test are compiled against the same. */
const packages = new Map<string, ts.SourceFile>();

/** As strict as projects are. */
const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  isolatedModules: true,
  skipLibCheck: true,
  noEmit: true,
};
