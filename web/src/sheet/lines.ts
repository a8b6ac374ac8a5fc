/** Lines of areas beside each other: told apart by colour and by their dashes. */
export const LINES: readonly { color: string; dash: string }[] = [
  { color: "#0b5f9e", dash: "none" },
  { color: "#b34700", dash: "7 3" },
  { color: "#1c7a55", dash: "2 2.5" },
  { color: "#8d3a78", dash: "10 3 2 3" },
  { color: "#5b5b12", dash: "4 2" },
];
