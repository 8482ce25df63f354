// Which of the two languages the page speaks.

let chinese = true;

export function useChinese(yes) {
  chinese = yes;
  document.documentElement.lang = yes ? "zh" : "en";
}

export function inChinese() { return chinese; }

export function pick(pair) { return pair[chinese ? 0 : 1]; }
