/** Whether a name can be one of a file: nothing that would lead elsewhere when it is part of a path. */
export const isUsableName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
