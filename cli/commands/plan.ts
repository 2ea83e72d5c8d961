import { defineCommand } from '../command';
export const plan = defineCommand({ options: {}, run: () => 0 });
