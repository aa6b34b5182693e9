import { RULES } from '../../rules/index.ts';
import type { Severity } from '../config/config.ts';
import { plainJson } from '../hidden-characters.ts';
import { bySeverity, type Finding, type FindingPlace } from '../lint/finding.ts';
import { fingerprints } from '../lint/known.ts';
import type { CheckResult } from '../result.ts';
import { VERSION } from '../version.ts';
import { counted } from '../words.ts';
import { printable } from './text.ts';

/** What GitHub's code scanning keeps of a run's results (GitHub documentation, "SARIF support for code scanning"). */
const MOST_RESULTS = 5_000;

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', notice: 'note' };

/**
 * The report as SARIF 2.1.0 (OASIS standard), the worst findings first. `folder` is put before each file's
 * path: where the checked folder lies in the repository, `''` for its root.
 */
export function sarifReport(result: CheckResult, folder = ''): string {
  const findings = [...result.findings].sort(bySeverity);
  const kept = findings.slice(0, MOST_RESULTS);
  const prints = fingerprints(findings);
  const ids = [...new Set(kept.map(({ rule }) => rule))].sort();
  const leftOut = findings.length - kept.length;
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'monitoring-check', semanticVersion: VERSION, rules: ids.map(descriptor) },
        },
        columnKind: 'utf16CodeUnits',
        // One category a folder, so that two checked folders of a repository do not replace one another.
        automationDetails: { id: `monitoring-check/${folder === '' ? '' : `${folder}/`}` },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              ...result.notices.map((text) => ({ level: 'note', message: { text: printable(text) } })),
              ...(leftOut > 0
                ? [
                    {
                      level: 'warning',
                      message: {
                        text: `${counted(leftOut, 'finding')} more than a report may hold are left out`,
                      },
                    },
                  ]
                : []),
            ],
          },
        ],
        results: kept.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: ids.indexOf(finding.rule),
          level: LEVELS[finding.severity],
          message: { text: textOf(finding) },
          locations: [location(finding.at, folder)],
          ...(finding.related.length > 0
            ? {
                relatedLocations: finding.related.map(({ at, message }, id) => ({
                  id,
                  ...location(at, folder),
                  message: { text: printable(message) },
                })),
              }
            : {}),
          partialFingerprints: { 'monitoringCheck/v1': prints.get(finding) },
        })),
      },
    ],
  };
  return `${plainJson(log)}\n`;
}

const textOf = ({ message, help }: Finding): string =>
  printable(help === undefined ? message : `${message}\n${help}`);

function location({ file, start, end }: FindingPlace, folder: string): object {
  const path = folder === '' ? file : `${folder}/${file}`;
  return {
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encoded).join('/'), uriBaseId: '%SRCROOT%' },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
  };
}

/** A part of an address; half of a surrogate pair, which no address can hold, is the sign for what cannot be read. */
const encoded = (part: string): string => encodeURIComponent(part.replace(/[\ud800-\udfff]/gu, '\ufffd'));

function descriptor(id: string): object {
  const rule = RULES.find((other) => other.id === id);
  if (rule === undefined) return { id };
  const prose = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return {
    id,
    shortDescription: { text: prose(rule.summary) },
    fullDescription: { text: prose(rule.why) },
    help: {
      text: `${prose(rule.why)}\n\n${prose(rule.fix.replace(/`/g, ''))}`,
      markdown: `${prose(rule.why)}\n\n${rule.fix.trim()}`,
    },
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: { tags: ['monitoring', id.split('/')[0]], precision: precision(rule.confidence) },
  };
}

const precision = (confidence: string): string => (confidence === 'high' ? 'very-high' : confidence);
