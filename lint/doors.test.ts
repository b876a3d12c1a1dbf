import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it('pins what each room shows at its door', () => {
  const doors = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\..*|node_modules|results)$/.test(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
        .map((path) => posix.join(name, path.replaceAll('\\', '/')))
        // What is compiled to WebAssembly is another language.
        .filter((path) => path.endsWith('/index.ts') && !path.includes('/assembly/')),
    )
    .sort();
  const text = doors.map((door) => `${dirname(door)}\n${inLines(exportsOf(door).sort())}`);
  expect(text.join('\n')).toMatchInlineSnapshot(`
    "baselines/bound
      Told boundSd focusInformation nothingElseUnknown pairFrames pairInformation ringSpectrum
      scaleInformation

    baselines/calibration
      CalibrationOutcome calibrateMicroscope

    baselines
      CalibrationOutcome Told autocorrelationEstimators baselines boundSd calibrateMicroscope
      focusInformation frameSharpness nothingElseUnknown pairFrames pairInformation ringSpectrum
      scaleInformation sharpnessMetrics

    cli/live
      ExploreServer FocusPicture FocusServer FocusSpent FocusStepNote LiveRun Onlooker RunServer
      exploreOptions exploreSuite liveOption livePort startExploreServer startFocusServer
      startRunServer usualIterations

    harness/algorithm/conformance
      CheckResult checkAlgorithm questions

    harness/algorithm
      AlgorithmEntry AlgorithmPlugin AutofocusAlgorithm AutofocusContext AutofocusStep
      CorrectionEstimate FrameSize Json PairEstimator PerturbedPair PluginAlgorithm correctByPairs
      isClearlyBlurrier pluginEntries sharpnessTiles simplexSearchOptions simplexSearchSchema
      takeSteps

    harness/algorithm/plugin
      AlgorithmPlugin PluginAlgorithm pluginEntries

    harness/algorithm/program
      JsonLinesProgram ProgramError ProgramHost ProgramIdentity ProgramRegister ProgramSource
      inspectProgram oneThreadEnvironment programEntry programPrefix programSource

    harness/config
      describeMismatch inWords parseConfig readConfigFile reasonOf unknownName

    harness/experiment
      AlgorithmEntry ExpectedCost FailureClass IterationRow Merged OpenedScenario Outcome Plan
      PlanHeader PlanOverrides PresetCalibration PresetEntry ProcessProvenance RecordStore Registry
      RunEvent RunOne Scenario Shard ShardNumber SpecimenChoice Suite TrajectoryOutcome
      TrajectoryRecord canonicalJson describePlanDifference failureClassOf failureClasses
      findTruthLeak listSuites loadSuite makeFolder marginsReachedAt mergeResults missingText
      outcomes pairKey planHeaderSchema planSuite processProvenanceSchema readProvenance readRecords
      recordFiles recordSchemaVersion runSuite runTrajectory runtimeClass scenarioKey sha256OfJson
      shardFileNames shardOf shardText suiteJsonSchema suiteSchema trajectoryRecordSchema

    harness/experiment/merge
      Merged mergeResults missingText

    harness/experiment/shard
      Shard ShardNumber isShard shardFileNames shardOf shardText

    harness/gate
      AlarmCount Comparison ComparisonRow EvidenceProblem Flip GateReport GateRules GateVerdict
      MetricName ProblemKind RuleEffect RuleResult RunEvidence RunOrigin RunSummary
      StratumComparison compareRuns countAlarms depthOfFocusUm evaluateGate focalErrorUm
      gateRulesJsonSchema gateRulesSchema isRightRefusal loadGateRules metricNamed pairRuns reseeded
      sameScenario summariseRun

    harness/image
      ContactSheet LabelFont SheetContent contactSheet decodeImage encodePng openLabelFont
      readImageFile rowMajorValues writeNpyFile writePngFile writeTiffFile

    harness/microscope
      Aberration AcquisitionLog AlgorithmError AnySemfocusError Busy Calibration CalibrationError
      CallOptions Clock ConfigError DeviceError Disconnected DoseBudgetExceeded ErrorDetails
      FocusLimits FocusParameter FocusState Frame FrameRequest GreyPixels GroundTruth Guard
      GuardOptions ImageFileError MeasuredCalibration Microscope MicroscopeDescription ModelError
      OutOfRange ParameterDescription ParameterName ProbeShape RecordError RecordedCall Rectangle
      StagePosition Timeout Unsupported aberrationOfDeviation addFocus assertFiniteFocus
      calibrationSchema calibrationValues deviationOfAberration focusParameters guardMicroscope
      isSemfocusError primariesPerPixel probeShapes recordMicroscope subtractFocus verifyFocus
      watchFrames

    harness/numeric
      GreyImage HalfSpectrum NelderMeadOptions RandomStream RealFft2 cropGreyImage cropOfImage
      greyPixels isFftLength jinc jincOfSquare jincSlope nelderMead nextFftLength phaseCorrelation
      poissonSample samplePoisson sha256OfFloats

    harness/statistics
      Interval LineFit Resamples Samples TargetCost benjaminiHochbergAdjust bootstrapResamples
      costEcdf ecdfArea expectedRunningTime holmAdjust incompleteBeta interquartileMean
      interquartileMeanOfAscending leastPairsThatDiffer leastSquaresFit leastSquaresLine mcNemarTest
      mean median normal80 normal975 normalCdf normalQuantile pairedProportionInterval pairsToDecide
      performanceProfiles probabilityOfBetterPaired probabilityOfBetterUnpaired quantile
      quantileOfAscending resampledInterquartileMean resampledLine resampledMedian
      resampledRunningTime restrictedMean sampleSd stratifiedBootstrap studentTQuantile
      valueAtBudget weightedOverStrata wilcoxonSignedRank wilsonInterval

    harness/statistics/resampling
      Resamples bootstrapResamples resampledInterquartileMean resampledLine resampledMedian
      resampledRunningTime

    models/card
      Model ModelCard OutputKind modelCardSchema outputColumns outputKind

    models/deepfocus
      DeepFocusEstimator DeepFocusParameters PairScale deepFocusParametersSchema
      fittingPerturbationUm pairScaleOf

    models/deepscore
      DeepScoreParameters FrameScore FrameScorer deepScoreParametersSchema searchByScore

    models
      GoldenSet Model ModelCard Parity ParityVerdict checkParity goldenFile goldenSetSchema
      inferencesEnded learnedAlgorithm makeGoldenSet modelCardSchema onnxruntimeVersion
      openOnnxModel runtimeParametersSchema

    models/onnx
      OnnxModel Patches RuntimeParameters inferencesEnded onnxruntimeVersion openOnnxModel
      runtimeParametersSchema

    models/parity
      GoldenSet Parity ParityVerdict Runtime checkParity goldenFile goldenInputs goldenPatches
      goldenSetSchema makeGoldenSet

    models/patches
      PatchPlace assertPatchFits coveredPx cutPatch placePatches resampleRatio

    reports/chart
      Axis Chart ChartDash ChartSymbol Colour LegendEntry Mark Panel Tick dashLengths drawChart
      paperTheme screenTheme strokeSymbols symbolPath textWidth

    reports/figures
      Figure FigureGroup FigureInput FigureTable MaybeFigure claimsFigure costFigure
      differenceFigure ecdfFigure failureFigure figureInput firstStepFigure heatFigure ladderFigure
      meanFigure medianFigure profileFigure signedFigure targetsFigure timingFigure tornadoFigure

    reports/formats
      ReportFile ReportInput Reporter reporters

    reports/gate
      comparisonConsole comparisonJson comparisonMarkdown gateConsole gateJson gateJunit
      gateMarkdown

    reports
      Cell DictionaryEntry LivePageName PreviewPngs ReportInput ReportRun Reporter Summary
      SummaryGroup comparisonConsole comparisonJson comparisonMarkdown dataDictionary formatNumber
      galleryRecords gateConsole gateJson gateJunit gateMarkdown htmlReport imperfectionUnits
      livePageFile paperFigures picturedFlips reporters summarise textTable

    reports/paper
      paperFigures

    reports/table
      DictionaryEntry SeedNames csvText dataDictionary parquetBytes recordTables

    reports/targets
      Contestant FixedTarget LadderTarget TargetCostName TargetView ladderDepths spent viewTargets

    sim/detector
      GreyLevels Polarity detectFrame fixedLevels operatorLevels

    sim
      FrameBlurrer Preset SimulatedTruth Simulation SimulationOptions Specimen SpecimenRegion
      SpecimenTruth calibrationOf createSimulatedMicroscope createSpecimen fileSpecimen
      imperfectionKinds imperfectionNames measuredCalibration measuredCalibrations noisePowerUm2
      physicsVersion pointSpot presetCalibration presetNamed presets specimens

    sim/response
      ExposureHistory charge contaminate unexposedShare

    sim/scan
      Drift ScanDisplacement ScanRaster drift frameTimeS resampleFrame resamplePaddingPx
      scanDisplacement scanTiming

    sim/specimen
      Specimen SpecimenRegion createSpecimen fileSpecimen noisePowerUm2 pointSpot specimens

    sim/testing/realism
      PatchContrast TissueStatistics tissueStatistics
    "
  `);
});

/** Exported names of a module, those of types too, through every `export *`. */
function exportsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (exportClause !== undefined) {
        if (ts.isNamespaceExport(exportClause)) return [exportClause.name.text];
        return exportClause.elements.map(({ name }) => name.text);
      }
      if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
      return exportsOf(posix.join(posix.dirname(path), moduleSpecifier.text));
    }
    if (!isExported(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
    }
    if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    ) {
      return statement.name === undefined ? [] : [statement.name.text];
    }
    throw new Error(`${path} exports a ${ts.SyntaxKind[statement.kind]}`);
  });
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : namesIn(element.name),
  );
}

function inLines(names: readonly string[]): string {
  return names.join(' ').replace(/(.{1,94})(?: |$)/g, '  $1\n');
}
