// What is shown and too faint to read. WCAG AA: 4.5 to 1, and 3 to 1 for large words.
() => {
  const parts = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number);
    return found.length === 3 ? [...found, 1] : found;
  };
  const light = (value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const luminance = ([red, green, blue]) =>
    0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
  const over = (upper, lower) =>
    [0, 1, 2].map((at) => upper[at] * upper[3] + lower[at] * (1 - upper[3])).concat(1);
  const ground = (element) => {
    const colours = [];
    for (let each = element; each; each = each.parentElement) {
      colours.unshift(parts(getComputedStyle(each).backgroundColor));
    }
    return colours.reduce((lower, upper) => over(upper, lower), [255, 255, 255, 1]);
  };
  const contrast = (element, look) => {
    const below = ground(element);
    const pair = [luminance(over(parts(look.color), below)), luminance(below)];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.nodeValue.trim();
    const element = walker.currentNode.parentElement;
    const isShown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const isSpoken = element.closest("script, option, .spoken, .emoji, .skip");
    if (!words || !isShown || isSpoken) continue;
    const look = getComputedStyle(element);
    const size = parseFloat(look.fontSize);
    const isLarge = size >= 24 || (size >= 18.6 && Number(look.fontWeight) >= 700);
    const ratio = contrast(element, look);
    if (ratio < (isLarge ? 3 : 4.5)) faint.add(`${words.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return [...faint];
}
