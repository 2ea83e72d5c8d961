import { defineCommand } from '../command';
export const lock = defineCommand({ options: {}, run: () => 0 });
