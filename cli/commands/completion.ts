import { defineCommand } from '../command';
export const completion = defineCommand({ options: {}, run: () => 0 });
