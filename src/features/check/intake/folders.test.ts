import { describe, expect, it } from 'vitest';
import { picturesIn } from './folders';
import { filesIn, foldersIn } from '../../../app/folders/folder';

interface Tree {
  readonly [name: string]: Tree | 'file';
}

function entry(name: string, content: Tree | 'file'): FileSystemEntry {
  if (content === 'file') {
    const file = (found: (file: File) => void): void => found(new File(['x'], name));
    return { name, isDirectory: false, isFile: true, file } as unknown as FileSystemEntry;
  }
  const createReader = (): unknown => {
    // In pieces of two, backwards.
    const left = Object.entries(content);
    return {
      readEntries: (found: (entries: FileSystemEntry[]) => void) =>
        found(left.splice(-2).map(([inner, of]) => entry(inner, of))),
    };
  };
  return { name, isDirectory: true, isFile: false, createReader } as unknown as FileSystemEntry;
}

function drop(tree: Tree): DataTransfer {
  const items = Object.entries(tree).map(([name, content]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entry(name, content),
  }));
  return { items, files: Object.keys(tree).map((name) => new File(['x'], name)) } as unknown as DataTransfer;
}

async function names(tree: Tree): Promise<string[]> {
  const dropped = drop(tree);
  const folders = foldersIn(dropped);
  return [...filesIn(dropped, folders), ...(await picturesIn(folders))].map(({ name }) => name);
}

describe('a drop', () => {
  it('reads the pictures of a folder, however deep, in the order of their names', async () => {
    const tree: Tree = {
      visits: {
        'b10.jpg': 'file',
        'b9.JPG': 'file',
        a: { 'deep.png': 'file' },
        'notes.txt': 'file',
        '._b9.jpg': 'file',
      },
    };
    expect(await names(tree)).toEqual(['deep.png', 'b9.JPG', 'b10.jpg']);
  });

  it('takes files as they are, whatever they are called', async () => {
    expect(await names({ photo: 'file', 'case.age': 'file' })).toEqual(['photo', 'case.age']);
    expect([filesIn(null), foldersIn(null)]).toEqual([[], []]);
  });

  it('stops where somebody has dropped a whole disk', async () => {
    const many = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`${i}.jpg`, 'file' as const]));
    expect(await names({ disk: { a: many, b: many } })).toHaveLength(500);
  });
});
