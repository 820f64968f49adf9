import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Folders of the extension from which the page may load. */
export const pageRoots = (extension: vscode.Uri): vscode.Uri[] =>
  ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extension, folder));

/** The page of the compare view: an empty body, one style sheet, one script, and nothing from anywhere else. */
export function comparePage(webview: vscode.Webview, extension: vscode.Uri, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const address = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, ...parts)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address('media', 'compare.css')}">
<title>${title.replace(/[<>&]/g, '')}</title>
</head>
<body>
<script nonce="${nonce}" src="${address('dist', 'compare.js')}"></script>
</body>
</html>`;
}
