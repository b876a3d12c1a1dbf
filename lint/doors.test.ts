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
      boundSd focusInformation nothingElseUnknown pairFrames pairInformation ringSpectrum
      scaleInformation

    baselines
      CalibrationOutcome Told autocorrelationEstimators baselines boundSd calibrateMicroscope
      calibrationLimits focusInformation frameSharpness nothingElseUnknown pairFrames
      pairInformation ringSpectrum scaleInformation sharpnessMetrics

    cli/lab
      OpenedMicroscope Opener RasterCache UpdatedCard UserAlgorithms UserSetup chooseSpecimen
      chosenEntry microscopeForms models openMicroscope openSimulation openUserAlgorithms readModel
      registry registryWith updateCard userAlgorithmsOf

    harness/algorithm/frugal
      frugalEntry

    harness/algorithm/hosted
      servePlugin

    harness/algorithm
      AlgorithmEntry AlgorithmPlugin AutofocusAlgorithm AutofocusContext AutofocusStep
      CorrectionEstimate FrameMeter FrameSize Json PairEstimator PerturbedPair correctByPairs
      focusAt frugalEntry isBlurrier isClearlyBlurrier nextTo pairEntry searchEntry
      sharpnessOverNoise simplexSearch simplexSearchSchema

    harness/algorithm/pair
      BodyMask FilledFrame checkedEstimator clippedBodies fillRisePx meanRoughness

    harness/algorithm/plugin
      AlgorithmPlugin inspectPlugin pluginSource

    harness/algorithm/program
      AlgorithmProgram ProgramHello ProgramIdentity ProgramSource inspectProgram programEntry
      programProtocol programSource sha256OfFile

    harness/config
      describeMismatch inWords parseConfig parseJson readConfigFile unknownName

    harness/conformance
      CheckResult MicroscopeCheck checkAlgorithm checkMicroscope microscopeQuestions questions
      usualCheckLimits

    harness/drivers/http
      ImageSettings WireAnswer WirePath WireRequest capabilitiesOf openHttpMicroscope rounded
      shifted tiffOfFrame wireErrorSchema wireFocus wireRoutes

    harness/drivers/program
      openProgramMicroscope

    harness/drivers/replay
      PlayedFrame openReplayMicroscope

    harness/drivers/temscript
      openTemscriptMicroscope

    harness/experiment/run
      RunEvent RunOne TrajectoryServices findTruthLeak instrumentRunner leastReferenceIterations
      mostReferenceIterations picturesOfTrajectory runSuite runTrajectory

    harness/experiment/store
      RecordStore

    harness/experiment/store/layout
      Partial RecordFile ResultFiles StoreFiles Stored StoredLine byBeginning isOfOtherSchema
      parseStored readPlanHeader readPreview readProvenance readRecordLines readRecords
      readResultFile recordFiles resultsLock storedLine whichCounts writeComplete writeLines
      writeProvenance

    harness/experiment/store/merge
      Merged mergeResults missingText

    harness/experiment/store/shard
      Shard ShardFiles ShardHeader ShardNumber isShard parseShardFileName readShardFile
      readShardPartial shardFileNames shardOf shardText

    harness/experiment/suite
      ExpectedCost OpenedScenario Plan PlanHeader PlanOverrides PresetCalibration PresetEntry
      Registry SpecimenChoice Suite SuiteSet describeAlgorithm describePlanDifference dwellTimesOf
      listSuites loadSuite planHeader planHeaderSchema planSuite startClasses suiteJsonSchema
      suiteSchema suiteSets

    harness/files
      FolderLock LockRules assertWritable cannotWrite makeFolder makeTemporaryFolder readIfPresent
      removeLeftovers temporaryFile writeAtomically

    harness/focusing
      FocusOutcome LookBack Session Witnesses claimsFocus focusMicroscope judgementOf lookBack
      openSession takeSteps

    harness/gate
      AlarmCount Comparison ComparisonRow Essence EvidenceProblem Flip GateReport GateRules
      GateVerdict MetricName ProblemKind RuleEffect RuleResult RunEvidence RunOrigin RunSummary
      StratumComparison alarmRateAtMost compareRuns countAlarms effectOrder essenceOf evaluateGate
      gateRulesJsonSchema gateRulesSchema loadGateRules metricNamed pairRuns reseeded ruledRows
      sameScenario summariseRun

    harness/image
      SheetContent StatedSettings contactSheet croppedPixels decodeImage encodePng encodeTiff
      readImageFile readStatedImage rowMajorValues tiffDescription writeNpyFile writePngFile
      writeTiffFile

    harness/microscope
      Aberration AcquisitionLog AlgorithmError AnySemfocusError Busy Calibration CalibrationError
      CallOptions Clock ConfigError DeviceError Disconnected DoseBudgetExceeded ErrorDetails
      ExposingBeam FocusChange FocusLimits FocusParameter FocusState Frame FrameLines FrameRequest
      GreyExtremes GreyPixels GroundTruth Guard GuardOptions ImageFileError MeasuredCalibration
      Microscope MicroscopeDescription ModelError OutOfRange ParameterDescription ParameterName
      ProbeShape RecordError RecordedCall Rectangle Refusal Spent StagePosition Timeout Unsupported
      aberrationOfDeviation addFocus assertFiniteFocus assertInRange assertRequestInRange
      beamCurrentNanoAmpForDose calibrationSchema calibrationValues deadLines deadLinesText
      defaultCallMarginMs descriptionSchema deviationOfAberration dwellTimeNsForDose emptinessOf
      errorOfRefusal focusParameters forwardCalls frameDoseElectronsPerNm2 frameFault greyExtremes
      guardMicroscope isReached isSemfocusError limitCallTimes limitOf opposite primariesPerPixel
      probeShapes reasonOf recordMicroscope refusalOf refusalSchema spentOn subtractFocus
      thenRestore verifyFocus watchFrames

    harness/numeric
      CapsuleBorders FloatAreas GreyImage HalfSpectrum NelderMeadOptions RandomStream RealFft2
      capsuleFields coveredAreaPx cropGreyImage cropOfImage greyPixels greyRows isFftLength jinc
      jincOfSquare jincSlope located nelderMead nextFftLength phaseCorrelation resampleRows
      samplePoisson sha256OfFloats

    harness/program
      ProgramError ProgramHost StartedProgram cleanText commandTitle commandWords endPrograms
      helloByHand programMark programPrefix runningPrograms shellQuoted startProgram

    harness/record
      FailureClass IterationRow Outcome PreviewImages ProcessProvenance Provenance Scenario
      ScenarioPool TrajectoryOutcome TrajectoryRecord WholeRecords brokenAlgorithms canonicalJson
      checkedJson contradictionOf defaultMargins depthOfFocusUm failureClassOf failureClasses
      focalErrorUm isInsideMargins isRetryable isRightRefusal marginsReachedAt middleOf outcomeOf
      outcomes pairKey processProvenanceSchema provenanceSchema recordLine recordSchemaVersion
      runtimeClass scenarioKey scenarioSchema sha256OfJson trajectoryRecordSchema

    harness/series
      Missing PairReading PlaceNames Series SeriesPair SeriesRecording SeriesStates UsableFrame
      UsableSeries describeFrame isSamePlace missingOf nearestPair pairsOf readSeries recordSeries
      seriesSchema seriesStates

    harness/statistics
      Interval ResampleStatistic Resamples Samples TargetCost benjaminiHochbergAdjust
      bootstrapResamples costEcdf ecdfArea expectedRunningTime groupedBy holmAdjust incompleteBeta
      interquartileMean interquartileMeanOfAscending leastPairsThatDiffer leastSquaresLine
      mcNemarTest mean median normal80 normal975 normalCdf normalQuantile normalScoreOfT
      pairedProportionInterval pairsToDecide performanceProfiles quantile quantileOfAscending
      resampledEcdfArea resampledInterquartileMean resampledLine resampledQuantile
      resampledRunningTime restrictedMean sampleSd stratifiedBootstrap tOfNormalScore valueAtBudget
      wilcoxonSignedRank wilsonInterval

    harness/validation
      Answer Spread ValidatedPair ValidatedReading Validation ValidationVerdict agreementLimits
      compareReadings signalToNoise

    models/card
      Model ModelCard OutputKind modelCardSchema outputColumns outputKind

    models/deepfocus
      DeepFocusEstimator assertTrainedInstrument deepFocusParametersSchema fittingPerturbationUm
      pairScaleOf

    models/deepscore
      deepScoreParametersSchema searchByScore

    models
      Correction GoldenSet HeadRecalibration Judgement LinearLayer Model ModelCard PairHead
      PairViews Parity ParityVerdict TrainedHead checkParity goldenFile goldenSetSchema
      inferencesEnded learnedAlgorithm makeGoldenSet modelCardSchema networkShape onnxruntimeVersion
      openOnnxModel runtimeParametersSchema stepsPerLook

    models/onnx
      LinearLayer Patches RuntimeParameters SplitNetwork openOnnxModel runtimeParametersSchema
      splitHead

    models/patches
      PatchPlace assertPatchFits coveredPx cutPatch placePatches resampleRatio

    reports/article
      ArticleSection articleIntroduction articleMarkdown articleSections notRepeated

    reports/chart
      Axis Belonging Chart ChartDash ChartSymbol Colour LegendEntry Look Mark Panel Series Tick
      belongingAttributes drawChart looksScript paperTheme screenTheme seriesNamed seriesOf
      textWidth

    reports/figures/article
      convergenceFigure paperFigures paperSvg

    reports/figures
      Figure FigureGroup FigureInput FigureTable MaybeFigure claimsFigure costFigure courseMarks
      differenceFigure ecdfFigure failureFigure figureInput firstStepFigure foldedView heatFigure
      ladderFigure lookOf meanFigure medianFigure percentAxis profileFigure sampleSizeText
      signedFigure targetsFigure timingFigure tornadoFigure

    reports/formats
      ReportInput Reporter StoredBaseline StoredRecord reporters

    reports/gate
      GateConsoleOptions comparisonConsole comparisonJson comparisonMarkdown errorRateText flipCount
      flipText gateConsole gateJson gateJunit gateMarkdown gateSentence rerunCommand rowsShown
      ruleCells ruleHead ruleSentence samenessText sideText sidesText verdictWords

    reports/history
      History HistoryRun RunOfHistory courseHead courseHeading courseRows historyFigures historyOf
      historyText nameOf runHead runRow

    reports/html
      PreviewPngs Provenance ReportRun articlePage galleryRecords historyPage htmlReport paletteCss
      picturedFlips swatch validationPage

    reports
      Cell DictionaryEntry GateConsoleOptions History Look PreviewPngs ReportInput ReportRun
      Reporter RunOfHistory StoredBaseline StoredRecord Summary SummaryGroup comparisonConsole
      comparisonJson comparisonMarkdown dataDictionary formatNumber gateConsole gateJson gateJunit
      gateMarkdown historyOf historyPage historyText htmlReport imperfectionUnits looksScript nameOf
      paletteCss paperFigures printable reporters rowAt summarise textTable validationPage
      validationText

    reports/summary
      CensoredStatistics ComparedFigure Condition Contestant FirstCorrectionLine FittedLine
      FixedTarget IterationStatistics LadderTarget RecordGroup ResidualStatistics SimToReal Summary
      SummaryGroup TargetCostName TargetView Variation conditionOf excessOf groupRecords
      imperfectionUnits ladderDepths rowAt simToRealLimits spent summarise variationsOf

    reports/table
      DictionaryEntry SeedNames csvText dataDictionary parquetBytes recordTables

    reports/validation
      caveats pairHeading refusals simToRealFigure validationFacts validationFigure validationHead
      validationRow validationText verdictSentence

    reports/words
      Cell JunitCase JunitSuite algorithmLabel boundText comparedNumber comparedText conditionLabel
      conditionNames conditionText endText escapeHtml findings formatMeanSd formatNumber
      hasSeveralSeeds instrumentTexts isBroken junitXml lengthText marginsText markdownCode
      markdownTable markdownText modelNotes plural printable residualParameters residualText
      seriesLabel signed simToRealSentence stigmatorUnit textTable timingText trajectoriesText
      trajectoryName truthText wrapText

    sim/detector
      GreyLevels detectFrame fixedLevels operatorLevels

    sim
      FrameBlurrer Micrograph Preset SimulatedTruth Simulation SimulationOptions Specimen
      SpecimenRegion SpecimenTruth calibrationOf createSimulatedMicroscope createSpecimen
      exposingBeam fileSpecimen imperfectionKinds imperfectionNames measuredCalibration
      measuredCalibrations noisePowerUm2 physicsVersion pointSpot presetCalibration presetNamed
      presets specimens

    sim/response
      ExposureHistory charge contaminate unexposedShare

    sim/scan
      Drift ScanDisplacement ScanRaster drift frameTimeS resampleFrame resamplePaddingPx
      scanDisplacement scanTiming

    sim/specimen
      createSpecimen

    sim/testing/realism
      DefocusedFrameStatistics DefocusedPairStatistics TissueStatistics defocusStatistics
      tissueStatistics
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
