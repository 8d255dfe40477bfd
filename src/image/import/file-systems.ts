/** How the tree of a session that is continued can be read. Image files number them by this list: it only grows. */
export const IMPORTED_FILE_SYSTEMS = ['rock-ridge', 'joliet', 'enhanced', 'iso9660', 'udf'] as const;
export type ImportedFileSystem = (typeof IMPORTED_FILE_SYSTEMS)[number];
