// What the app's own type declarations leave out of what it gives to plugins.
declare module "child_process" {
  export function spawn(command: string, words: string[], options: object): any;
}
declare module "fs" {
  export function readFileSync(path: string, coding: string): string;
}
declare module "os" {
  export function homedir(): string;
}
declare module "path" {
  export function join(...parts: string[]): string;
}
declare const process: { env: Record<string, string | undefined>; pid: number };
declare function require(name: string): any;
declare const module: { exports: any };
