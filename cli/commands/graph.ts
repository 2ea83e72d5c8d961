import { defineCommand } from '../command';
export const graph = defineCommand({ options: {}, run: () => 0 });
