// What of the page is too pale: WCAG 2.2, 1.4.3 (text) and 1.4.11 (borders and bars).
// https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
(() => {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
      if (color[3] !== 0) throw new Error('half of a color');
    }
    return [255, 255, 255];
  };
  const poor = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judge = (element, color, back, least, what) => {
    const value = ratio(parse(color), back);
    if (value < least) poor.push([what, value, element.outerHTML.slice(0, 120)]);
  };
  let count = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    judge(element, getComputedStyle(element).color, ground(element), 4.5, 'text');
    count += 1;
  }
  for (const control of document.querySelectorAll('input, select, textarea, button')) {
    if (!control.checkVisibility() || control.tabIndex < 0 || control.closest('.choice')) continue;
    const style = getComputedStyle(control);
    judge(control, style.color, ground(control), 4.5, 'value');
    judge(control, style.borderTopColor, ground(control.parentElement), 3, 'border');
    count += 1;
  }
  for (const bar of document.querySelectorAll('.track i')) {
    if (bar.checkVisibility()) judge(bar, getComputedStyle(bar).backgroundColor, ground(bar.parentElement), 3, 'bar');
  }
  return { count, poor };
})()
