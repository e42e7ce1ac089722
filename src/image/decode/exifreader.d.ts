// The two modules of exifreader that are used: its whole is three times the size, and reads XMP, IPTC and colour
// profiles as well.

declare module 'exifreader/src/image-header.js' {
  const ImageHeader: {
    /** Finds the metadata in a picture of a known format. @throws Error for what it does not know */
    parseAppMarkers(
      file: DataView,
      async: false,
    ): {
      /** Where the EXIF data begin; undefined where there are none. */
      readonly tiffHeaderOffset?: number;
      /** The EXIF data, where they do not lie in the file in one piece. */
      readonly exifDataView?: DataView;
    };
  };
  export default ImageHeader;
}

declare module 'exifreader/src/tags.js' {
  const Tags: {
    /** Reads the EXIF tags by name. @throws Error for damaged data */
    read(
      data: DataView,
      tiffHeaderOffset: number,
      includeUnknown: boolean,
      computed: boolean,
      filter: TagFilter,
    ): { readonly tags: Readonly<Record<string, { readonly value: unknown } | undefined>> };
  };
  /** Which groups and tags are read. */
  interface TagFilter {
    shouldParseGroup(group: string): boolean;
    shouldParseTag(group: string, name: string): boolean;
  }
  export default Tags;
}
