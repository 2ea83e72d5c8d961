import { defineCommand } from '../command';
export const options = defineCommand({ options: {}, run: () => 0 });
