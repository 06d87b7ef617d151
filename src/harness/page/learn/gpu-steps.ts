/**
 * Steps to a GPU in the browsers' own words. Which versions have WebGPU is as of the working group's page Implementation Status
 * (github.com/gpuweb/gpuweb/wiki, edited on 8 April 2026) and of MDN's browser-compat-data.
 */
import { say } from '../words/words.ts';
import type { Agent } from './agents.ts';

/** What is typed or copied, beside the step's text. */
export interface Step {
  readonly text: string;
  readonly code?: string;
}

/** Chrome and Edge, where WebGPU has to be asked for at the command line. */
const FLAGS =
  '--enable-unsafe-webgpu --ozone-platform=x11 --use-angle=vulkan --enable-features=Vulkan,VulkanFromANGLE';

/** Versions that have it, by system. */
function chromium(system: Agent['system']): Step[] {
  switch (system) {
    case 'linux':
      return [
        {
          text: say(
            'On Linux it is on by default from version 144 with Intel graphics (12th generation or newer), and from 147 with NVIDIA (driver 535.183.01 or newer). Update the browser and the driver.',
          ),
        },
        {
          text: say('With other graphics, such as AMD, start the browser with these options:'),
          code: FLAGS,
        },
      ];
    case 'android':
      return [
        {
          text: say(
            'On Android you need Android 12 and version 121 or newer, with a GPU of ARM, Qualcomm or Intel; with one of Imagination, Android 16 and version 139.',
          ),
        },
      ];
    default:
      return [{ text: say('Update the browser: version 113 or newer has WebGPU.') }];
  }
}

function inChromium({ browser, system }: Agent): Step[] {
  const settings = browser === 'edge' ? 'edge://settings/system' : 'chrome://settings/system';
  const acceleration: Step = {
    text: say('Turn on “Use graphics acceleration when available” in the settings, and relaunch:'),
    code: settings,
  };
  const look: Step = {
    text: say('See whether the line WebGPU says “Hardware accelerated” here:'),
    code: browser === 'edge' ? 'edge://gpu' : 'chrome://gpu',
  };
  return [...chromium(system), ...(system === 'android' ? [] : [acceleration]), look];
}

function inFirefox({ system }: Agent): Step[] {
  const preference: Step = {
    text: say('Open this page, look for dom.webgpu.enabled, and set it to true:'),
    code: 'about:config',
  };
  const look: Step = { text: say('See what Graphics says here:'), code: 'about:support' };
  switch (system) {
    case 'windows':
      return [{ text: say('Update Firefox: version 141 or newer has WebGPU on Windows.') }, look];
    case 'mac':
      return [
        {
          text: say(
            'Update Firefox: on a Mac with Apple silicon, version 147 or newer has WebGPU (145 on macOS 26). On a Mac with an Intel processor use Safari or Chrome.',
          ),
        },
        look,
      ];
    default:
      return [
        {
          text: say(
            'Here only Firefox Nightly had WebGPU in spring 2026; a newer version may have it, too. Chrome is the safer choice.',
          ),
        },
        preference,
        look,
      ];
  }
}

function inSafari({ system }: Agent): Step[] {
  return system === 'ios'
    ? [
        { text: say('Update to iOS 26 or iPadOS 26: every browser there has WebGPU.') },
        {
          text: say('With iOS 18: Settings › Apps › Safari › Advanced › Feature Flags › WebGPU.'),
        },
      ]
    : [
        { text: say('Update to Safari 26, which comes with macOS 26.') },
        {
          text: say(
            'With Safari 18: Settings › Advanced › Show features for web developers; then Feature Flags › WebGPU.',
          ),
        },
      ];
}

/** What somebody does to get a GPU, in order. */
export function stepsFor(agent: Agent): Step[] {
  const own =
    agent.browser === 'firefox'
      ? inFirefox(agent)
      : agent.browser === 'safari'
        ? inSafari(agent)
        : inChromium(agent);
  return [...own, { text: say('Then reload this page.') }];
}
