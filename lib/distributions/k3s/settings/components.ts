import { PACKAGED_COMPONENTS, type K3sModel } from '../model';
import { partOf, type SettingsPart } from './part';

/** A packaged component is off unless something in the program asks for it. */
export function componentParts(model: K3sModel): SettingsPart[] {
  const off = PACKAGED_COMPONENTS.filter((component) => !model.components.has(component));
  return off.length > 0 ? [partOf(undefined, { disable: off })] : [];
}
