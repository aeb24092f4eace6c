/** Size of a node's card on the canvas, in pixels at full zoom. */
export const NODE_SIZE = { width: 152, height: 72 };
/** From one node to the next along the line: the card and the room for an edge with its label. */
export const COLUMN = 208;
/** From one row to the next. */
export const ROW = 128;
/** How far what drops from the line stands to the right. */
export const ASIDE = 56;
/** Room inside the frame of a for-each. */
export const FRAME = { top: 48, side: 24, bottom: 48 };
