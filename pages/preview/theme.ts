/** Lets a button choose between the colours of the system, light and dark. */
export function listenToTheme(button: HTMLElement): void {
  let theme = remembered();
  const show = (): void => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    button.textContent = `Theme: ${theme}`;
  };
  show();
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
    remember(theme);
    show();
  });
}

type Theme = (typeof THEMES)[number];

/** A page opened as a file, or shown in a frame, may have no storage. */
function remembered(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    return 'system';
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It lasts as long as the page does.
  }
}

const THEMES = ['system', 'light', 'dark'] as const;
const KEY = 'k3stack-preview-theme';
