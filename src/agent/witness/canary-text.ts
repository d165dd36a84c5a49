// What a canary datagram says: whose it is and its number. Anything else that reaches our port is not answered.

const mark = "planefault";

export const canaryText = (witness: string, number: number): string => `${mark} ${witness} ${number}`;

/** The number, where the text is a canary of this witness. */
export function canaryNumber(witness: string, text: string): number | undefined {
  const words = text.split(" ");
  const number = Number(words[2]);
  return words.length === 3 && words[0] === mark && words[1] === witness && Number.isInteger(number) ? number : undefined;
}
