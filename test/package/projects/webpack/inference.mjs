import { Engine, Inference, linear, relu, Sequential } from 'gradweave';

globalThis.app = { Engine, Inference, linear, relu, Sequential };
