import { z } from 'zod';

export const VIDEO_LAYOUTS = ['dvd-video', 'bdmv'] as const;

/** What kind of video players are to find on the disc. */
export const videoLayout = z.enum(VIDEO_LAYOUTS).optional().meta({
  description:
    'The tree is a video that players play, and is checked and laid out as one. dvd-video: /VIDEO_TS, on ISO 9660 with UDF 1.02; bdmv: /BDMV, on UDF 2.50 (or 2.60) alone. Absent: no video',
});

export type VideoLayout = (typeof VIDEO_LAYOUTS)[number];
