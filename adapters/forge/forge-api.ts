/** The HTTP API of a forge. */
export class ForgeApi {}
